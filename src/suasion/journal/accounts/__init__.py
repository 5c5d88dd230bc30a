"""Passwords that are good for one login, after which their owner chooses another."""
