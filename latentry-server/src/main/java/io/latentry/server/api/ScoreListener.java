package io.latentry.server.api;

import com.linecorp.armeria.server.ServiceRequestContext;
import io.latentry.core.data.Rows;
import io.latentry.scoring.Judgements;
import io.latentry.server.serving.ModelLease;
import io.latentry.server.serving.ModelVersion;

/** Hears of verdicts as they are given. Called on the request's own threads: it must be quick. */
interface ScoreListener {
  /** A request for verdicts found its model. */
  void requested(ServiceRequestContext context, ModelVersion version);

  void scored(ModelLease lease, Rows rows, Judgements judged);
}
