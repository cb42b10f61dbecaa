"""The demo's people: members.json holds forty members, people.json the eleven sign-in names."""
