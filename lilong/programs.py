"""The table of programs that the `lilong` command knows, each with the extra that it needs."""

from collections.abc import Mapping

from msgspec import Struct


class Program(Struct, frozen=True, kw_only=True):
    """A program: the module whose `main(argv)` runs it, and what to tell people about it."""

    module: str
    extra: str
    english: str
    chinese: str

    @property
    def room(self) -> str:
        """The top-level package that the program lives in."""
        return self.module.partition(".")[0]


# A plain table and not a registry: `lilong --help` answers at once, without importing any program.
PROGRAMS: Mapping[str, Program] = {
    "agent": Program(
        module="edge_agent.commands",
        extra="edge",
        english="the gateway: hears devices, keeps their observations, sends them to the cloud",
        chinese="网关:接收设备数据,本地保存,上传云端",
    ),
    "cloud": Program(
        module="cloud_ingest.commands",
        extra="cloud",
        english="the cloud: takes what gateways send into PostgreSQL, answers the city's queries",
        chinese="云端:把网关上传的数据写入 PostgreSQL,并提供查询接口",
    ),
    "profile": Program(
        module="device_profiles.commands",
        extra="edge",
        english="device profiles: list them, check them, decode a payload by hand",
        chinese="设备档案:列出、检查,手工解码一条报文",
    ),
    "demo": Program(
        module="demo.commands",
        extra="demo",
        english="the whole system on this machine, with a simulated estate",
        chinese="在本机演示整个系统,含一个模拟小区",
    ),
}
