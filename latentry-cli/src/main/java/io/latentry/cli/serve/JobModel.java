package io.latentry.cli.serve;

import io.latentry.kafka.JudgeOptions;
import io.latentry.kafka.job.JobSettings;
import io.latentry.kafka.job.StreamJob;
import io.latentry.kafka.model.JudgingModel;
import java.io.IOException;
import java.util.List;
import java.util.OptionalInt;

/** Where the model of a stream comes from, and those that take over while it runs. */
interface JobModel extends AutoCloseable {
  /** The one that it begins with. */
  JudgingModel first();

  /** Begins a job by it. */
  StreamJob start(JobSettings settings, JudgeOptions options, OptionalInt metricsPort)
      throws IOException;

  /** What happened to models of the job since the last look. */
  List<String> look(StreamJob job);

  @Override
  void close();
}
