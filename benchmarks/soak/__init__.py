"""Whether anything is left over after very many programs, hostile ones among them."""
