package io.latentry.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code latentry serve} in a process of its own, on a port that is free. */
final class ServiceProcess implements AutoCloseable {
  private static final Pattern ADDRESS = Pattern.compile("\"url\"\\s*:\\s*\"(http://[^\"]+)\"");

  private final Process process;
  private final String address;

  private ServiceProcess(Process process, String address) {
    this.process = process;
    this.address = address;
  }

  /**
   * @param models folder of them
   */
  static ServiceProcess start(Path models, Path folder) throws IOException, InterruptedException {
    Path out = Files.createTempFile(folder, "service", ".out");
    ProcessBuilder builder =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx400m",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "--add-opens=java.base/java.nio=ALL-UNNAMED",
                    "io.latentry.cli.Latentry",
                    "serve",
                    "--models",
                    models.toString(),
                    "--port",
                    "0",
                    "--json"))
            .redirectOutput(out.toFile())
            .redirectError(folder.resolve("service.log").toFile());
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    Process process = builder.start();
    try {
      while (true) {
        Matcher said = ADDRESS.matcher(Files.readString(out));
        if (said.find()) {
          return new ServiceProcess(process, said.group(1));
        }
        if (process.waitFor(50, TimeUnit.MILLISECONDS)) {
          throw new IOException("service: " + Files.readString(folder.resolve("service.log")));
        }
      }
    } catch (IOException | InterruptedException e) {
      Process unused = process.destroyForcibly();
      throw e;
    }
  }

  /** Such as {@code http://127.0.0.1:40123}. */
  String address() {
    return address;
  }

  /** Waits until it has ended, so that its files may be deleted. */
  @Override
  public void close() throws InterruptedException {
    int unused = process.destroyForcibly().waitFor();
  }
}
