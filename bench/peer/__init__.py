"""A small project with Django's own admin over the same people; the product never imports it."""
