"""All tests of Eenmalig."""
