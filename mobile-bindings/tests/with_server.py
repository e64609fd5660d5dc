"""What every test with a real server stands on: the co-op's server, its couriers, their phones."""

import asyncio
import pathlib
import tempfile
import unittest

import mobile_bindings as core
from relay import Relay
from server_process import ServerProcess, stop

CO_OP = "Les Pédales d'Ivry — « à vélo »"
SHOP = stop("pickup", "Fromagerie Çà & Là", "3 place de l'Œuvre, 75011 Paris", instructions="Sonner, entrée côté cour")
FLAT = stop("drop_off", "Zoë Nuñez-Lefèvre", "12 bis rue de l'Église 🚪", door_code="42B", telephone="+33 6 12 34 56 78")
BARE = stop("drop_off", "Ana", "1 rue Haute")


class WithServer(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = ServerProcess(CO_OP)
        cls.addClassCleanup(cls.server.stop)

    def setUp(self):
        home = tempfile.TemporaryDirectory()
        self.addCleanup(home.cleanup)
        self.home = pathlib.Path(home.name)

    def open(self, name="phone"):
        return core.CourierPhone.open(str(self.home / name))

    def enrolled(self, member, name="phone", at=None):
        """A phone of that member, synced."""
        phone = self.open(name)
        self.enrol(phone, member, at)
        self.assert_synced(phone)
        return phone

    def enrol(self, phone, member, at=None):
        asyncio.run(phone.enrol(at or self.server.address, self.server.enrolment_code(member)))

    def courier_with_round(self, *stops, at=None):
        """A courier's phone with a round of these stops: phone, member, round, stops."""
        member = self.server.make_courier("Aïcha")
        round_id, ids = self.server.make_round(member, stops or (SHOP, FLAT, BARE))
        phone = self.enrolled(member, at=at)
        return phone, member, core.RoundId(text=round_id), [core.StopId(text=text) for text in ids]

    def relay(self):
        relay = Relay(self.server.address)
        self.addCleanup(relay.stop)
        return relay

    def assert_synced(self, phone):
        self.assertEqual(asyncio.run(phone.sync(True)).end, core.SyncEnd.SYNCED)

    def assert_error(self, kind, code, call, *arguments):
        with self.assertRaises(kind) as caught:
            call(*arguments)
        self.assertEqual(caught.exception.code(), code)
        return caught.exception

    def status_of(self, round_id, stop_id):
        return self.server.status_of(round_id.text, stop_id.text)
