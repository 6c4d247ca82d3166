"""The standards that Eenmalig speaks, as pure functions without network, files, clock or chance."""
