package io.latentry.cli.serve;

import io.latentry.cli.terminal.WrongUsage;
import io.latentry.kafka.JudgeOptions;
import io.latentry.kafka.job.JobSettings;
import io.latentry.kafka.job.StreamJob;
import io.latentry.kafka.model.JudgingModel;
import io.latentry.kafka.model.RemoteEngine;
import io.latentry.scoring.ScorerOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A model whose scores a server gives. */
final class RemoteModel implements JobModel {
  private final Queue<String> news;
  private final JudgingModel model;

  private RemoteModel(Queue<String> news, JudgingModel model) {
    this.news = news;
    this.model = model;
  }

  /**
   * @param apiKey empty if the server asks for none
   */
  static RemoteModel open(
      Path file, ScorerOptions options, URI server, Duration timeout, Optional<String> apiKey)
      throws IOException {
    Queue<String> news = new ConcurrentLinkedQueue<>();
    RemoteEngine remote;
    try {
      remote = new RemoteEngine(server, timeout, apiKey, news::add);
    } catch (IllegalArgumentException refused) {
      throw new WrongUsage("--" + refused.getMessage());
    }
    try {
      return new RemoteModel(news, JudgingModel.open(file, options, remote));
    } catch (IllegalStateException refused) {
      throw new IOException(refused.getMessage(), refused);
    }
  }

  @Override
  public JudgingModel first() {
    return model;
  }

  @Override
  public StreamJob start(JobSettings settings, JudgeOptions options, OptionalInt metricsPort)
      throws IOException {
    return StreamJob.start(settings, model, options, metricsPort, Clock.systemUTC());
  }

  @Override
  public List<String> look(StreamJob job) {
    List<String> told = new ArrayList<>();
    for (String sentence = news.poll(); sentence != null; sentence = news.poll()) {
      told.add(sentence);
    }
    return told;
  }

  @Override
  public void close() {
    model.close();
  }
}
