package io.latentry.server.oip.tensor;

import java.util.Locale;

/** The outputs that the service makes of a model's scores, each with one element a row. */
enum VerdictOutput {
  /** NaN if the row is unscorable. */
  P_VALUE(Datatype.FP64),
  VERDICT(Datatype.BYTES),
  /** False for normal rows alone: a row that cannot be judged never passes as normal. */
  ANOMALY(Datatype.BOOL),
  /** Empty if the row is scorable. */
  REASON(Datatype.BYTES),
  /** Of the request, from 0 on. */
  ROW(Datatype.INT64);

  private final Datatype datatype;
  private final String tensorName = name().toLowerCase(Locale.ROOT);

  VerdictOutput(Datatype datatype) {
    this.datatype = datatype;
  }

  String tensorName() {
    return tensorName;
  }

  Datatype datatype() {
    return datatype;
  }
}
