"""Events that subscriptions push."""
