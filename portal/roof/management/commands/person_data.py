"""`manage.py person_data`: what is held on one person, as JSON, or erase it."""

import json

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from beneficiaries.models import Learner
from beneficiaries.models.learners import tidy_code
from portal.ground import audit
from portal.ground.models import AuditEntry, User
from portal.roof.privacy.erasing import forget_account, forget_learner
from portal.roof.privacy.telling import file_of_account, file_of_learner


class Command(BaseCommand):
    """`person_data jette-belfaa/BF-01` for a learner's code, `person_data somebody` for an account.

    Ends with 1 and a sentence where there is no such person, or the last administrator would go.
    """

    help = "Print what is held on a learner (PARTNERSHIP/CODE) or an account (name to sign in), or --erase it."

    def add_arguments(self, parser):
        """Name the person."""
        parser.add_argument("person", metavar="PERSON", help="jette-belfaa/BF-01 for a learner, else an account's name")
        parser.add_argument("--erase", action="store_true", help="forget the person instead; nothing brings it back")

    def handle(self, *args, **options):
        with translation.override("en"):
            person = self._person(options["person"])
            on = timezone.localdate()
            if not options["erase"]:
                told = (file_of_learner if isinstance(person, Learner) else file_of_account)(person)
                audit.record(person, actor=None, verb=AuditEntry.Verb.EXPORT)
                self.stdout.write(json.dumps(told.as_data(on), ensure_ascii=False, indent=2))
                return
            try:
                forget = forget_learner if isinstance(person, Learner) else forget_account
                forget(person, actor=None, on=on)
            except ValidationError as error:
                raise CommandError(" ".join(error.messages)) from error
            self.stdout.write("It is erased; the register of erasures has it.")

    def _person(self, name):
        home, slash, code = name.partition("/")
        rows = Learner.objects.known().filter(partnership__slug=home, code=tidy_code(code))
        found = rows.first() if slash else User.objects.filter(username=name, erased_on__isnull=True).first()
        if found is None:
            raise CommandError("Nobody is known by that name: write PARTNERSHIP/CODE, or the name to sign in with.")
        return found
