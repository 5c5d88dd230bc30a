"""What readers answer: responses, estimates, and their moderation."""
