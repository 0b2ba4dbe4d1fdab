#!/bin/sh
# A whole backup of the database into a folder, and none older than 35 days beside it.
#
#   backup.sh FOLDER [DATABASE]
#
# The file appears under its name only when it is complete and can be read again. Run as a role that may read everything
# (on Debian: as postgres). Reads the connection from the usual PG… variables.
set -eu
folder=$1
database=${2:-tanso}
name="$folder/$database-$(date -u +%Y%m%dT%H%M%SZ).dump"
umask 077
pg_dump --format=custom --file="$name.unfinished" "$database"
pg_restore --list "$name.unfinished" >/dev/null
mv "$name.unfinished" "$name"
find "$folder" -name "$database-*.dump" -mtime +35 -delete
echo "$name"
