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
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The models that a control topic decides for. */
final class DecidedModels implements JobModel {
  private final String topic;
  private final Queue<String> news;
  private final ModelSuccession models;

  private DecidedModels(String topic, Queue<String> news, ModelSuccession models) {
    this.topic = topic;
    this.news = news;
    this.models = models;
  }

  static DecidedModels open(Path file, ScorerOptions options, String topic) throws IOException {
    Queue<String> news = new ConcurrentLinkedQueue<>();
    return new DecidedModels(topic, news, ModelSuccession.open(file, options, news::add));
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
    List<String> told = new ArrayList<>();
    for (String sentence = news.poll(); sentence != null; sentence = news.poll()) {
      told.add(sentence);
    }
    return told;
  }

  @Override
  public void close() {
    models.close();
  }
}
