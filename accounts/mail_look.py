"""How a mail looks. Mail programs drop style sheets, so each element carries its own looks."""

from django.utils.safestring import SafeString, mark_safe

SANS = "font-family:system-ui,-apple-system,Segoe UI,Roboto,Arial,sans-serif"


def _style(looks: str) -> SafeString:
    return mark_safe(f' style="{looks}"')  # noqa: S308 -- only the words below


LOOK = {
    "paper": _style("margin:0;padding:0;background:#FBFAF7;color:#1D2730"),
    "around": _style("padding:24px 12px"),
    "sheet": _style(
        "max-width:560px;background:#FFFFFF;border:1px solid #D9D4C9;"
        "border-top:6px solid #0A5C68;border-radius:6px"
    ),
    "inside": _style("padding:28px 24px 16px"),
    "heading": _style(
        "margin:0 0 20px;font-family:Georgia,serif;font-size:24px;line-height:1.3;"
        "font-weight:600;color:#1D2730"
    ),
    "text": _style(f"margin:0 0 16px;{SANS};font-size:17px;line-height:1.55;color:#1D2730"),
    "button": _style(
        f"display:inline-block;margin:8px 0;padding:13px 22px;background:#0A5C68;{SANS};"
        "font-size:17px;font-weight:600;color:#FFFFFF;text-decoration:none;border-radius:6px"
    ),
    "foot": _style(f"margin:16px 0 0;{SANS};font-size:14px;line-height:1.5;color:#51606B"),
}
