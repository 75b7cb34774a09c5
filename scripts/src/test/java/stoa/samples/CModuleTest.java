package stoa.samples;

/// The module in C, which has no library but libc and its protobuf written by hand.
class CModuleTest extends EchoModule {
  CModuleTest() {
    super("echo-c");
  }
}
