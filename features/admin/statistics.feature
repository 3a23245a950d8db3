Feature: Statistics and state of the service

  Background:
    Given Root is an administrator

  Scenario: Counts of the last hours
    When Ada registers with email "ada@example.org"
    And Ada logs in
    And 2 failed logins for Ada come from 198.51.100.7
    And 1 hour passes
    And Root logs in
    And Root requests the statistics of 3h
    Then the statistics have 3 hours, the last two with:
      | logins | failures | registrations | resets | errors_5xx |
      | 2      | 2        | 2             | 0      | 0          |
      | 1      | 0        | 0             | 0      | 0          |

  Scenario: Counts of all instances
    Given a second instance is running
    And Ada has an account
    When Ada logs in at the second instance
    And the second instance stores its statistics
    And Root requests the statistics of 1h
    Then the statistics count 2 logins

  Scenario: Users by status and active sessions
    Given Ada is logged in
    And Grace is logged in
    When Root blocks Grace
    And Root requests the statistics of 24h
    Then the statistics show 2 active users, 1 blocked user, 0 deleted users and 2 active sessions

  Scenario: Support agents can read statistics
    Given Grace is a support agent
    When Grace requests the statistics of 24h
    Then the request succeeds

  Scenario Outline: Invalid period <window>
    When Root requests the statistics of <window>
    Then the request is rejected with 422 validation_failed

    Examples:
      | window |
      | 0h     |
      | 31d    |
      | 24     |
      | 721h   |
      | 1w     |

  Scenario: Permissions of the current user
    Given Grace is a support agent
    When Grace sends GET /api/v1/admin/me
    Then the response has permissions ["audit:read", "statistics:read", "users:read", "users:write"]
    Given Ada is logged in
    When Ada sends GET /api/v1/admin/me
    Then the response has permissions []

  Scenario: Overview of a new installation
    When Root sends GET /api/v1/admin/overview
    Then the overview warns of "no_public_url, mail_not_delivered"
    And the setup steps "public_url, mail, second_administrator" are open

  Scenario: Overview after the setup
    Given Grace is an administrator
    And the operator has set server.publicUrl to "https://accounts.example.org"
    When Root sends GET /api/v1/admin/overview
    Then the overview warns of "mail_not_delivered"
    And the setup steps "mail" are open

  Scenario: Overview of invalid files and a pending restart
    When the operator sets server.port to 9999
    And Root sends GET /api/v1/admin/overview
    Then the overview warns of "no_public_url, mail_not_delivered, pending_restart"
    And the response has pending_restart ["server.port"]
