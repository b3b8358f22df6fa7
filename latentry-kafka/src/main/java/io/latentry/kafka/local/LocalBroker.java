package io.latentry.kafka.local;

import io.latentry.core.fault.FaultWords;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;

/** One broker as a process of its own, for this machine alone. It ends with this one. */
public final class LocalBroker implements AutoCloseable {
  private static final Duration TO_START = Duration.ofSeconds(60);
  private static final Duration TO_END = Duration.ofSeconds(10);
  private static final int MEGABYTES = 512;

  private final Process process;
  private final int port;
  private final Thread ending;

  private LocalBroker(Process process, int port) {
    this.process = process;
    this.port = port;
    this.ending = new Thread(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(ending);
  }

  /**
   * Starts one and waits until it answers.
   *
   * @param classPath of {@code kafka_2.13} and all that it needs
   * @param folder for its data and its log; empty, or one that it had before
   */
  public static LocalBroker start(String classPath, Path folder)
      throws IOException, InterruptedException {
    Path config = Files.createDirectories(folder).resolve("server.properties");
    Path log = folder.resolve("broker.log");
    int port;
    if (Files.exists(config)) {
      Properties before = new Properties();
      try (var reader = Files.newBufferedReader(config)) {
        before.load(reader);
      }
      String listeners = before.getProperty("listeners");
      port =
          Integer.parseInt(listeners.replaceAll("^PLAINTEXT://127\\.0\\.0\\.1:([0-9]+),.*", "$1"));
    } else {
      port = freePort();
      Files.writeString(config, properties(port, freePort(), folder.resolve("data")));
      String cluster = Uuid.randomUuid().toString();
      Process formatting =
          java(
              classPath,
              log,
              List.of(
                  "kafka.tools.StorageTool",
                  "format",
                  "--standalone",
                  "-t",
                  cluster,
                  "-c",
                  config.toString()));
      if (formatting.waitFor() != 0) {
        throw new IOException("broker: its folder cannot be made ready; see " + log);
      }
    }
    LocalBroker broker =
        new LocalBroker(java(classPath, log, List.of("kafka.Kafka", config.toString())), port);
    try {
      broker.awaitAnswer(log);
      return broker;
    } catch (IOException | InterruptedException e) {
      broker.close();
      throw e;
    }
  }

  private static Process java(String classPath, Path log, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx" + MEGABYTES + "m");
    command.add("-XX:+UseSerialGC");
    command.add("-XX:TieredStopAtLevel=1");
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    // By the environment: a command line shows in every list of processes, and this one is long.
    builder.environment().put("CLASSPATH", classPath);
    return builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile())).start();
  }

  private static String properties(int port, int controller, Path data) {
    String plain = "PLAINTEXT://127.0.0.1:" + port;
    String own = "CONTROLLER://127.0.0.1:" + controller;
    return String.join(
        "\n",
        "process.roles=broker,controller",
        "node.id=1",
        "controller.quorum.bootstrap.servers=127.0.0.1:" + controller,
        "listeners=" + plain + "," + own,
        "advertised.listeners=" + plain + "," + own,
        "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "controller.listener.names=CONTROLLER",
        "log.dirs=" + data.toString().replace("\\", "/"),
        "auto.create.topics.enable=false",
        "group.initial.rebalance.delay.ms=0",
        "offsets.topic.replication.factor=1",
        "offsets.topic.num.partitions=4",
        "transaction.state.log.replication.factor=1",
        "transaction.state.log.min.isr=1",
        "transaction.state.log.num.partitions=4",
        "share.coordinator.state.topic.replication.factor=1",
        "share.coordinator.state.topic.min.isr=1",
        "");
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void awaitAnswer(Path log) throws IOException, InterruptedException {
    long end = System.nanoTime() + TO_START.toNanos();
    try (Admin admin = admin()) {
      while (true) {
        try {
          Object unused = admin.describeCluster().nodes().get(1, TimeUnit.SECONDS);
          return;
        } catch (ExecutionException | java.util.concurrent.TimeoutException notYet) {
          if (!process.isAlive()) {
            throw new IOException("broker: ended at once; see " + log, notYet);
          }
          if (System.nanoTime() > end) {
            throw new IOException(
                "broker: no answer within " + TO_START.toSeconds() + " s; see " + log, notYet);
          }
        }
      }
    }
  }

  private Admin admin() {
    Properties properties = new Properties();
    properties.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap());
    return Admin.create(properties);
  }

  public String bootstrap() {
    return "127.0.0.1:" + port;
  }

  public void createTopics(Collection<String> names, int partitions)
      throws IOException, InterruptedException {
    try (Admin admin = admin()) {
      Object unused =
          admin
              .createTopics(
                  names.stream()
                      .map(name -> new NewTopic(name, partitions, (short) 1))
                      .collect(Collectors.toList()))
              .all()
              .get(30, TimeUnit.SECONDS);
    } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
      throw new IOException("broker: topics cannot be made: " + FaultWords.of(e), e);
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(TO_END.toMillis(), TimeUnit.MILLISECONDS)) {
        Process unused = process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Process unused = process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    try {
      boolean unused = Runtime.getRuntime().removeShutdownHook(ending);
    } catch (IllegalStateException alreadyEnding) {
      // Then it runs now, and finds nothing to do.
    }
  }
}
