package io.latentry.kafka.job;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/** Asks the broker whether a job can begin, since it would try for minutes, and tell nothing. */
final class TopicCheck {
  private static final int WAIT_SECONDS = 10;

  private TopicCheck() {}

  /**
   * @param control topic of decisions, if there is one
   * @return partitions of the topic of records
   * @throws IOException with what is lacking, and what to do
   */
  static int require(JobSettings settings, Optional<String> control) throws IOException {
    List<String> topics = new ArrayList<>(List.of(settings.records(), settings.verdicts()));
    settings.deadLetters().ifPresent(topics::add);
    control.ifPresent(topics::add);
    try (Admin admin = admin(settings)) {
      // Who cannot be reached at all is told apart from what is there, or is not.
      get(admin.describeCluster().nodes(), settings, "cluster");
      Map<String, KafkaFuture<TopicDescription>> found =
          admin.describeTopics(topics).topicNameValues();
      int partitions = 0;
      for (String topic : topics) {
        TopicDescription description =
            get(Objects.requireNonNull(found.get(topic)), settings, topic);
        if (topic.equals(settings.records())) {
          partitions = description.partitions().size();
        }
        if (control.filter(topic::equals).isPresent() && description.partitions().size() != 1) {
          throw new IOException(
              "topic '%s': %d partitions (expected: 1, since decisions have an order)"
                  .formatted(topic, description.partitions().size()));
        }
      }
      return partitions;
    }
  }

  private static Admin admin(JobSettings settings) throws IOException {
    Properties properties = new Properties();
    properties.putAll(settings.more());
    properties.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, settings.bootstrap());
    properties.putIfAbsent(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, WAIT_SECONDS * 1000);
    properties.putIfAbsent(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, WAIT_SECONDS * 500);
    try {
      return Admin.create(properties);
    } catch (KafkaException refused) {
      throw new IOException("kafka: " + Secrets.of(settings.more()).hide(reason(refused)), refused);
    }
  }

  private static <T> T get(KafkaFuture<T> future, JobSettings settings, String topic)
      throws IOException {
    try {
      return future.get(2L * WAIT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while it asked the broker", e);
    } catch (TimeoutException e) {
      throw unreachable(settings, e);
    } catch (ExecutionException e) {
      throw failure(e.getCause() == null ? e : e.getCause(), settings, topic);
    }
  }

  private static IOException unreachable(JobSettings settings, Throwable cause) {
    return new IOException(
        "no broker at %s (expected: an answer within %d s); check --bootstrap, and that the broker's advertised.listeners can be reached from here%s"
            .formatted(
                settings.bootstrap(),
                WAIT_SECONDS,
                settings.more().isEmpty() ? "; a broker with TLS or SASL needs --config" : ""),
        cause);
  }

  private static IOException failure(Throwable cause, JobSettings settings, String topic) {
    // One that is of no kind of its own tells of another.
    boolean wraps = cause.getClass() == KafkaException.class && cause.getCause() != null;
    Throwable known = wraps ? Objects.requireNonNull(cause.getCause()) : cause;
    if (known instanceof UnknownTopicOrPartitionException) {
      return new IOException(
          "topic '%s': not there (expected: one that exists); create it: kafka-topics.sh --bootstrap-server %s --create --topic %s --partitions 8"
              .formatted(topic, settings.bootstrap(), topic),
          cause);
    }
    if (known instanceof AuthorizationException) {
      return new IOException(
          "topic '%s': no permission (expected: to %s it, and to describe it); have it granted to the user of --config"
              .formatted(
                  topic,
                  topic.equals(settings.verdicts())
                          || settings.deadLetters().filter(topic::equals).isPresent()
                      ? "write"
                      : "read"),
          cause);
    }
    if (known instanceof AuthenticationException) {
      return new IOException(
          "broker at %s: refuses who we are (expected: the credentials of a user); check those of --config"
              .formatted(settings.bootstrap()),
          cause);
    }
    if (known instanceof org.apache.kafka.common.errors.TimeoutException) {
      return unreachable(settings, cause);
    }
    return new IOException(
        "topic '%s': %s".formatted(topic, Secrets.of(settings.more()).hide(reason(known))), cause);
  }

  private static String reason(Throwable thrown) {
    String message = String.valueOf(thrown.getMessage());
    @Nullable Throwable cause = thrown.getCause();
    return cause == null || cause.getMessage() == null
        ? message
        : message + ": " + cause.getMessage();
  }
}
