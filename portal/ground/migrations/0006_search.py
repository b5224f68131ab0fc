"""What PostgreSQL searches with: accents taken off, and words that are like each other."""

from django.contrib.postgres.operations import TrigramExtension, UnaccentExtension
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("portal", "0005_feed_tokens")]

    operations = [UnaccentExtension(), TrigramExtension()]
