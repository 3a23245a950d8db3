Feature: Tracing, changed while the service runs

  Background:
    Given a collector of traces is there

  @proves:telemetry.enabled
  Scenario: On and off
    Given the operator traces all requests
    And an anonymous client requests a greeting for "Ada"
    And the collector is told of "GET /api/v1/greet" with the status 200
    When the operator sets telemetry.enabled to false
    And somebody asks for the version
    Then the collector is told of nothing else

  Scenario Outline: The sampler <sampler> with the ratio <ratio>
    Given the operator traces all requests
    When the operator sets in one go:
      | telemetry.sampler.type  | <sampler> |
      | telemetry.sampler.ratio | <ratio>   |
    And somebody asks for the version
    Then the collector is told of <told>

    @proves:telemetry.sampler.type
    Examples: another sampler
      | sampler                | ratio | told                                   |
      | always_off             | 1     | nothing else                           |
      | always_on              | 0     | "GET /api/version" with the status 200 |
      | parentbased_always_off | 1     | nothing else                           |

    @proves:telemetry.sampler.ratio
    Examples: another share
      | sampler                | ratio | told                                   |
      | traceidratio           | 0     | nothing else                           |

    Examples: the whole of it
      | sampler                | ratio | told                                   |
      | traceidratio           | 1     | "GET /api/version" with the status 200 |

  Scenario: Whether the caller's decision counts
    Given the operator traces all requests
    When the operator sets telemetry.sampler.type to parentbased_always_off
    And somebody asks for a greeting within the trace "0af7651916cd43dd8448eb211c80319c"
    Then the collector is told of "GET /api/v1/greet" within that trace

  @proves:telemetry.endpoint
  Scenario: Another collector, without losing what is on its way
    Given the operator traces all requests
    And an anonymous client requests a greeting for "Ada"
    When the operator sends the traces to another collector
    And somebody asks for the version
    Then the other collector is told of "GET /api/version"
    And the collector is told of "GET /api/v1/greet" with the status 200

  Scenario: A collector that does not answer is no reason to refuse a change
    Given the operator traces all requests
    When the operator sets telemetry.endpoint to http://127.0.0.1:1
    And an anonymous client requests a greeting for "Ada"
    Then the greeting is "Hello Ada!"
    And a span is counted as failed

  @proves:telemetry.serviceName
  Scenario: The name of the service
    Given the operator traces all requests
    When the operator sets telemetry.serviceName to accounts
    And somebody asks for the version
    Then the collector is told of "GET /api/version" by the service "accounts"

  Scenario Outline: <key> is refused as <code>
    When the operator writes the settings, which are refused:
      """
      telemetry: {<settings>}
      """
    Then the operator reads that telemetry.<key> of local.yaml is <code>

    Examples:
      | key           | code         | settings                                |
      | endpoint      | wrong_type   | endpoint: "ftp://127.0.0.1"             |
      | endpoint      | wrong_type   | endpoint: "http://user:secret@host"     |
      | endpoint      | wrong_type   | endpoint: "http://127.0.0.1:4318/?a=b"  |
      | sampler.type  | out_of_range | sampler: {type: sometimes}              |
      | sampler.ratio | out_of_range | sampler: {ratio: 1.1}                   |
      | serviceName   | out_of_range | serviceName: ""                         |
