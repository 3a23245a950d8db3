Feature: The log follows the configuration

  @proves:logging.level
  Scenario: The log level
    Given somebody asks whether the service is healthy
    And no log line tells of that request
    When the operator sets logging.level to debug
    And somebody asks whether the service is healthy
    Then a log line at debug tells of that request
    When the operator sets logging.level to warn
    And somebody asks whether the service is healthy
    Then no log line tells of that request

  @proves:logging.access
  Scenario: Which requests are logged
    Given somebody asks whether the service is healthy
    And no log line tells of that request
    When the operator sets logging.access to all
    And somebody asks whether the service is healthy
    Then a log line at info tells of that request
    When the operator sets logging.access to off
    And an anonymous client requests the current user
    Then no log line tells of that request

  @proves:logging.clientIp
  Scenario: How much of the client IP address is logged
    Given an anonymous client requests the current user
    And the log line of that request has client_ip "127.0.0.0/24"
    When the operator sets logging.clientIp to full
    And an anonymous client requests the current user
    Then the log line of that request has client_ip "127.0.0.1"
    When the operator sets logging.clientIp to none
    And an anonymous client requests the current user
    Then the log line of that request has no client_ip
