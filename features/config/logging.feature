Feature: Configuring the log

  @proves:logging.level
  Scenario: Log level
    When an anonymous client requests the health check
    Then the request is not logged
    When the operator sets logging.level to debug
    And an anonymous client requests the health check
    Then the log entry of the request has level "debug"
    When the operator sets logging.level to warn
    And an anonymous client requests the health check
    Then the request is not logged

  @proves:logging.access
  Scenario: Access log
    When an anonymous client requests the health check
    Then the request is not logged
    When the operator sets logging.access to all
    And an anonymous client requests the health check
    Then the log entry of the request has level "info"
    When the operator sets logging.access to off
    And an anonymous client requests the current user
    Then the request is not logged

  @proves:logging.clientIp
  Scenario: Client IP addresses in the log
    When an anonymous client requests the current user
    Then the log entry of the request has client_ip "127.0.0.0/24"
    When the operator sets logging.clientIp to full
    And an anonymous client requests the current user
    Then the log entry of the request has client_ip "127.0.0.1"
    When the operator sets logging.clientIp to none
    And an anonymous client requests the current user
    Then the log entry of the request has no client_ip
