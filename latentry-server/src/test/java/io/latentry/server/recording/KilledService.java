package io.latentry.server.recording;

import io.latentry.server.Service;
import io.latentry.server.config.ServerConfigReader;
import io.latentry.server.log.EventLog;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** A service in a process of its own that records rows and says its port, to be killed. */
final class KilledService {
  private KilledService() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    Service service =
        Service.start(
            ServerConfigReader.read(
                Optional.empty(),
                Map.of(),
                Map.of(
                    "models",
                    args[0],
                    "port",
                    "0",
                    "recording.keep",
                    "rows",
                    "recording.flush_millis",
                    "100",
                    "watch.segments",
                    "kind")),
            EventLog.SILENT);
    System.out.println(service.port());
    Thread.sleep(Long.MAX_VALUE);
  }
}
