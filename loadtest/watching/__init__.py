"""What the benchmarks of Watch share: streams that a compiled client holds, and servers to hold them on."""
