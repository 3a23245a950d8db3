Feature: How long the service waits for its clients

  Scenario: How long a connection is kept
    Given the operator has set server.keepAliveTimeout to 7s
    When somebody asks whether the service is healthy
    Then the field "keep-alive" is "timeout=7"

  Scenario: How long the fields of a request may take
    Given the operator has set server.headersTimeout to 1s
    When a client sends half of the fields and waits
    Then the client is answered 408 and the connection ends

  Scenario: How long a whole request may take
    Given the operator has set in one go:
      | server.headersTimeout | 1s |
      | server.requestTimeout | 1s |
    When a client sends half of the body and waits
    Then the client is answered 408 and the connection ends
