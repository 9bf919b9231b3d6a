"""What tests of several folders build upon: stores, databases, servers, and the words to set a scene."""
