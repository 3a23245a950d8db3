Feature: Configuring the database connection pool

  @proves:database.pool.max
  Scenario: A larger pool
    Given Ada is logged in
    Then the pool allows 10 connections
    When the operator sets database.pool.max to 17
    Then the pool allows 17 connections
    When Ada requests the current user
    Then the response shows Ada's account

  Scenario: A smaller pool under load
    Given Ada is logged in
    And the operator has set:
      | database.pool.min | 1 |
      | database.pool.max | 1 |
    When Ada requests the current user 30 times at once
    Then all requests succeed
    And the pool allows 1 connection

  @proves:database.pool.min
  Scenario: Idle connections
    Given the service was started with at most 3 database connections
    And Ada is logged in
    When Ada requests the current user 30 times at once
    Then all requests succeed
    And the pool shrinks to 2 connections
    When the operator sets database.pool.min to 0
    Then the pool shrinks to 0 connections
    When Ada requests the current user
    Then the response shows Ada's account

  Scenario: Requests in progress keep their connections
    Given Ada has an account
    And the users table is locked
    And Grace's registration with idempotency key "once-1" is in progress
    When the operator sets database.pool.max to 17
    And the users table is unlocked
    Then the registration in progress succeeds

  @proves:database.statementTimeout
  Scenario: Statement timeout
    Given the operator has set database.statementTimeout to 500ms
    And the users table is locked
    When Ada registers
    Then the request is rejected with 503 service_unavailable
    And the request takes less than 4 seconds
    And the response says when to retry
    And the response contains no internal details
    When the users table is unlocked
    And Ada registers
    Then Ada's account is created

  @proves:database.slowQuery
  Scenario: Threshold for slow queries
    When a slow query runs
    Then no slow query is logged
    When the operator sets database.slowQuery to 1ms
    And a slow query runs
    Then a slow query is logged without its parameters
