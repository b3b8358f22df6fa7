package io.latentry.cli.serve;

import io.latentry.kafka.JudgeOptions;
import io.latentry.kafka.job.JobSettings;
import io.latentry.kafka.job.StreamJob;
import io.latentry.kafka.model.JudgingModel;
import io.latentry.kafka.model.ModelSuccession;
import io.latentry.scoring.ScorerOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.OptionalInt;

/** The models that a control topic decides for. */
final class DecidedModels implements JobModel {
  private final String topic;
  private final News news;
  private final ModelSuccession models;

  private DecidedModels(String topic, News news, ModelSuccession models) {
    this.topic = topic;
    this.news = news;
    this.models = models;
  }

  static DecidedModels open(Path file, ScorerOptions options, String topic) throws IOException {
    News news = new News();
    return new DecidedModels(topic, news, ModelSuccession.open(file, options, news));
  }

  @Override
  public JudgingModel first() {
    return models.first();
  }

  @Override
  public StreamJob start(JobSettings settings, JudgeOptions options, OptionalInt metricsPort)
      throws IOException {
    return StreamJob.start(settings, topic, models, options, metricsPort, Clock.systemUTC());
  }

  @Override
  public List<String> look(StreamJob job) {
    return news.take();
  }

  @Override
  public void close() {
    models.close();
  }
}
