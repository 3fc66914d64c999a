"""The plugin care_cards: this package is its folder."""
