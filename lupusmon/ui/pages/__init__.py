"""One module per page; each reads the choice, asks and draws."""
