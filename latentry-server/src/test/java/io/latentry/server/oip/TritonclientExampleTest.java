package io.latentry.server.oip;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.core.testing.Needs;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example for NVIDIA's Python client runs against the whole service. */
final class TritonclientExampleTest {
  private static final Path EXAMPLE =
      OtherClients.ROOT.resolve("examples/python/judge_with_tritonclient.py");

  @TempDir private Path folder;

  @Test
  void itNamesTheAnomaliesOverHttpAndOverGrpc() throws Exception {
    OtherClients clients = new OtherClients(folder);
    OtherClients.needTritonclient();
    try (EveryDoor doors = new EveryDoor(1)) {
      String address = "127.0.0.1:" + doors.port();
      String data = EveryDoor.TABLE.toString();
      for (String protocol : new String[] {"http", "grpc"}) {
        String said =
            clients.run(Needs.python(), EXAMPLE.toString(), protocol, address, "golden", data);

        assertThat(said.lines().filter(line -> line.contains(": anomaly, score "))).hasSize(10);
        assertThat(said.lines().filter(line -> line.contains(": unscorable, "))).hasSize(4);
        assertThat(said)
            .as(protocol)
            .containsPattern("row 31: anomaly, score 2\\.55816[0-9]*: strangest is b, 4.56423\n")
            .contains("row 40: unscorable, missing value: column 'a'\n");
      }
    }
  }
}
