"""What is done across all apps with what is stored of people and of a municipality."""
