"""The simulated estate: a garage, its sensors, what they say and what they know was acknowledged."""

from demo.estate.estate import Estate
from demo.estate.garage import GATEWAY, LOT, SHARD, UNDERGROUND, Garage, build_garage
from demo.estate.habits import Pace
from demo.estate.ledger import Identity, Ledger, Spoken
from demo.estate.lwm2m import Lwm2mDevices
from demo.estate.nbiot import NbiotSensors
from demo.estate.network_server import NetworkServer
from demo.estate.neuron_life import NeuronLife
from demo.estate.neurons import NEURONS
from demo.estate.rfid import ROUTES, RULE, RfidReaders
from demo.estate.sensor import Kind, Moment, Said, Sensor, Utterance
from demo.estate.site_file import site_toml
from demo.estate.tagged import Tagged, build_tags

__all__ = [
    "GATEWAY",
    "LOT",
    "NEURONS",
    "ROUTES",
    "RULE",
    "SHARD",
    "UNDERGROUND",
    "Estate",
    "Garage",
    "Identity",
    "Kind",
    "Ledger",
    "Lwm2mDevices",
    "Moment",
    "NbiotSensors",
    "NetworkServer",
    "NeuronLife",
    "Pace",
    "RfidReaders",
    "Said",
    "Sensor",
    "Spoken",
    "Tagged",
    "Utterance",
    "build_garage",
    "build_tags",
    "site_toml",
]
