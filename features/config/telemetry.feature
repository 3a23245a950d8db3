Feature: Configuring tracing

  Background:
    Given a trace collector is running

  @proves:telemetry.enabled
  Scenario: Enabling and disabling tracing
    When the operator enables tracing of all requests
    And an anonymous client requests a greeting for "Ada"
    Then the collector receives "GET /api/v1/greet" with the status 200
    When the operator sets telemetry.enabled to false
    And an anonymous client requests the version
    Then the collector receives no span of that request

  Scenario Outline: The sampler <sampler> with the ratio <ratio>
    When the operator enables tracing of all requests
    And the operator sets:
      | telemetry.sampler.type  | <sampler> |
      | telemetry.sampler.ratio | <ratio>   |
    And an anonymous client requests the version
    Then the collector receives <received>

    @proves:telemetry.sampler.type
    Examples: sampler types
      | sampler                | ratio | received                               |
      | always_off             | 1     | no span of that request                |
      | always_on              | 0     | "GET /api/version" with the status 200 |
      | parentbased_always_off | 1     | no span of that request                |

    @proves:telemetry.sampler.ratio
    Examples: a ratio of 0
      | sampler      | ratio | received                |
      | traceidratio | 0     | no span of that request |

    Examples: a ratio of 1
      | sampler      | ratio | received                               |
      | traceidratio | 1     | "GET /api/version" with the status 200 |

  Scenario: A parent-based sampler follows the caller's decision
    When the operator enables tracing of all requests
    And the operator sets telemetry.sampler.type to parentbased_always_off
    And an anonymous client requests a greeting in the trace "0af7651916cd43dd8448eb211c80319c"
    Then the collector receives "GET /api/v1/greet" in that trace

  @proves:telemetry.endpoint
  Scenario: Another collector, without losing pending spans
    When the operator enables tracing of all requests
    And an anonymous client requests a greeting for "Ada"
    And the operator switches to a second collector
    And an anonymous client requests the version
    Then the second collector receives only "GET /api/version"
    And the collector receives "GET /api/v1/greet" with the status 200

  Scenario: An unreachable collector is accepted
    When the operator enables tracing of all requests
    And the operator sets telemetry.endpoint to http://127.0.0.1:1
    And an anonymous client requests a greeting for "Ada"
    Then the greeting is "Hello Ada!"
    And the metric 'rollcall_telemetry_spans_total{outcome="failed"}' is soon at least 1

  @proves:telemetry.serviceName
  Scenario: The name of the service
    When the operator enables tracing of all requests
    And the operator sets telemetry.serviceName to accounts
    And an anonymous client requests the version
    Then the collector receives "GET /api/version" from the service "accounts"

  Scenario Outline: An invalid <key> is rejected with <code>
    When the operator writes an invalid local.yaml:
      """
      telemetry: {<settings>}
      """
    Then the reload fails with <code> for telemetry.<key> in local.yaml

    Examples:
      | key           | code         | settings                               |
      | endpoint      | wrong_type   | endpoint: "ftp://127.0.0.1"            |
      | endpoint      | wrong_type   | endpoint: "http://user:secret@host"    |
      | endpoint      | wrong_type   | endpoint: "http://127.0.0.1:4318/?a=b" |
      | sampler.type  | out_of_range | sampler: {type: sometimes}             |
      | sampler.ratio | out_of_range | sampler: {ratio: 1.1}                  |
      | serviceName   | out_of_range | serviceName: ""                        |
