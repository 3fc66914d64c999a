"""Content types: the contract, discovery, and a folder for each."""
