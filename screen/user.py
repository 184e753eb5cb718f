"""Who is at the screen: what is entered is kept under this name."""

from __future__ import annotations

import getpass

import streamlit as st


def user_name() -> str:
    """The signed-in user's e-mail or name; without sign-in, the operating system's user the server runs as."""
    signed_in = st.user.to_dict()
    for field in ("email", "preferred_username", "name"):
        name = signed_in.get(field)
        if isinstance(name, str) and name:
            return name
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # an account without a name, as in some containers
        return "unknown user"
