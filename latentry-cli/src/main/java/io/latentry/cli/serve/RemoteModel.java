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
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** A model whose scores a server gives. */
final class RemoteModel implements JobModel {
  private final News news;
  private final JudgingModel model;

  private RemoteModel(News news, JudgingModel model) {
    this.news = news;
    this.model = model;
  }

  /**
   * @param apiKey empty if the server asks for none
   */
  static RemoteModel open(
      Path file, ScorerOptions options, URI server, Duration timeout, Optional<String> apiKey)
      throws IOException {
    News news = new News();
    RemoteEngine remote;
    try {
      remote = new RemoteEngine(server, timeout, apiKey, news);
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
    return news.take();
  }

  @Override
  public void close() {
    model.close();
  }
}
