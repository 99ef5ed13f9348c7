"""What every kind must do, its own tests aside."""
