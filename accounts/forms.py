"""The forms of signing in: labels above the fields, and no hints inside that vanish on typing."""

import json
from collections.abc import Callable
from typing import Any

from allauth.account import forms as allauth
from allauth.core import context, ratelimit
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from allauth.mfa.webauthn.internal.auth import (
    parse_authentication_response,
    parse_registration_response,
)
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.known_browser import knows
from accounts.models import User


class PlainFields(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class EmailField(PlainFields):
    """One address, called what it is called elsewhere."""

    email_name = "email"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[self.email_name].label = _("E-mail")


class LoginForm(EmailField, allauth.LoginForm):
    email_name = "login"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The way to a new password stands below the form.
        self.fields["password"].help_text = ""


class RequestLoginCodeForm(EmailField, allauth.RequestLoginCodeForm):
    def clean_email(self) -> str:
        """Others who ask for codes to this address do not use up those of a known browser."""
        email: str = self.cleaned_data["email"]
        if not knows(context.request, email):
            return str(super().clean_email())
        request = context.request
        if not ratelimit.consume(request, action="request_login_code", key=f"{email}:known"):
            raise forms.ValidationError(_("Too many codes were asked for. Wait a minute."))
        self._user = User.objects.filter(email__iexact=email, is_active=True).first()
        return email


class ResetPasswordForm(EmailField, allauth.ResetPasswordForm):
    pass


class ReauthenticateForm(PlainFields, allauth.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""


class NewPasswords(PlainFields):
    """Two equal passwords; what is asked of them stands at the first."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].label = _("New password")
        self.fields["password1"].help_text = _("At least 12 characters. Several words are good.")
        self.fields["password2"].label = _("The new password once more")


class ChangePasswordForm(NewPasswords, allauth.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].label = _("Your password now")


class SetPasswordForm(NewPasswords, allauth.SetPasswordForm):
    pass


class ResetPasswordKeyForm(NewPasswords, allauth.ResetPasswordKeyForm):
    pass


class InvitationForm(ResetPasswordKeyForm):
    """The first password of somebody who was invited."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].label = _("Password")
        self.fields["password2"].label = _("The password once more")


class ConfirmLoginCodeForm(PlainFields, allauth.ConfirmLoginCodeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("The code from the mail")


class AuthenticateForm(PlainFields, mfa.AuthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Code from the app, or a recovery code")


class ReauthenticateCodeForm(PlainFields, mfa.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Code from the app, or a recovery code")


class ActivateTOTPForm(PlainFields, totp.ActivateTOTPForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("The six digits that the app shows")


class PasskeyName(PlainFields):
    """What the person calls it, to tell one from another."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name")


class ModestJSON(json.JSONDecoder):
    """What nests deeper or counts further than Python does cannot be read either."""

    def decode(self, s: str, *args: Any) -> Any:
        try:
            return super().decode(s, *args)
        except (RecursionError, ValueError) as error:
            raise json.JSONDecodeError("beyond reading", s, 0) from error


class PasskeyAnswer(forms.Form):
    """What the browser says for a passkey; what no browser says is refused, where allauth fails."""

    credential = forms.JSONField(widget=forms.HiddenInput, decoder=ModestJSON)

    def read_with(self, parse: Callable[[Any], Any]) -> Any:
        credential = self.cleaned_data["credential"]
        try:
            parse(credential)
        except (KeyError, ValueError) as error:
            raise get_adapter().validation_error("incorrect_code") from error
        return credential


class AddPasskeyForm(PasskeyName, PasskeyAnswer, webauthn.AddWebAuthnForm):
    def clean_credential(self) -> Any:
        return self.read_with(parse_registration_response)


class AuthenticatePasskeyForm(PasskeyAnswer, webauthn.AuthenticateWebAuthnForm):
    def clean_credential(self) -> Any:
        self.read_with(parse_authentication_response)
        return super().clean_credential()


class ReauthenticatePasskeyForm(PasskeyAnswer, webauthn.ReauthenticateWebAuthnForm):
    def clean_credential(self) -> Any:
        self.read_with(parse_authentication_response)
        return super().clean_credential()


class EditPasskeyForm(PasskeyName, webauthn.EditWebAuthnForm):
    pass
