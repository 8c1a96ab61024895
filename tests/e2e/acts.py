"""What a person does on the rating page."""

from playwright.sync_api import Page, expect


def choose(page: Page, goal: int, value: object) -> None:
    """On its words, once they stand still: what is told at another goal may move them."""
    choice = page.locator(f"#goal-{goal} label:has(input[value='{value}'])")
    choice.click()
    expect(choice.locator("input")).to_be_checked()
