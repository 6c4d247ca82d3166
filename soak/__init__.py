"""Long trials of what must hold when machines, disks, networks and crowds do their worst."""
