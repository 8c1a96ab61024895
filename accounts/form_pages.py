"""allauth's pages, made to answer as all others of the product."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse

View = Callable[..., HttpResponse]


def form_page(view: View) -> View:
    """A form that was refused is shown again with 422, and not as a page that was fetched."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if request.method == "POST" and response.status_code == HTTPStatus.OK:
            shown: dict[str, Any] = getattr(response, "context_data", None) or {}
            if any(isinstance(value, BaseForm) and value.errors for value in shown.values()):
                response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
        return response

    return answer
