"""Planning a sweep on the page: asking, waiting, looking, changing, publishing, sending to phones."""
