Feature: Reading the audit log

  Background:
    Given Root is an administrator
    And Ada is logged in from 198.51.100.7

  Scenario: Events of one user
    When Root changes the profile of Ada
    And Root blocks Ada
    And Root unblocks Ada
    And Root requests the audit log with "subject=<Ada>"
    Then the listed events are "user.unblocked, session.ended, user.blocked, user.updated, user.login, user.registered", newest first
    And the newest event is by Root on Ada from 127.0.0.1
    And the response header Cache-Control is "no-store"
    And the response does not contain Ada's name or email

  Scenario Outline: Filter by <query>
    When Root changes the profile of Ada
    And Root requests the audit log with "<query>"
    Then the listed events are "<actions>", newest first

    Examples:
      | query                                      | actions                     |
      | actor=<Ada>                                | user.login, user.registered |
      | actor=<Root>&subject=<Ada>                 | user.updated                |
      | action=user.login&subject=<Ada>            | user.login                  |
      | action=unheard.of                          |                             |
      | action=user.*&subject=<Ada>                | user.updated, user.login, user.registered |
      | action=session.*                           |                             |
      | subject=<Ada>&result=failure               |                             |
      | actor=<Ada>&result=success                 | user.login, user.registered |
      | ip=198.51.100.7&action=user.login          | user.login                  |
      | ip=192.0.2.99                              |                             |
      | subject=<Ada>&until=2020-01-01T00:00:00Z   |                             |
      | subject=<Ada>&limit=1                      | user.updated                |
      | actor=<Ada>&since=2020-01-01T00:00:00Z     | user.login, user.registered |
      | actor=<Ada>&since=2020-01-01t00:00:00z     | user.login, user.registered |
      | actor=<Ada>&since=2016-12-31T23:59:60Z     | user.login, user.registered |
      | actor=<Ada>&since=2020-01-01T00:00:00%2B01:00 | user.login, user.registered |

  Scenario: Events of one request
    When Root blocks Ada
    And Root requests the audit log of that request
    Then the listed events are "session.ended, user.blocked", newest first

  Scenario: One event
    When Root requests the audit log with "actor=<Ada>"
    And Root requests the first of the listed events
    Then the listed events are "user.login", newest first

  Scenario Outline: Invalid filter <query>
    When Root requests the audit log with "<query>"
    Then the request is rejected with 422 validation_failed

    Examples:
      | query        |
      | id=1         |
      | actor=me     |
      | subject=x    |
      | action=      |
      | since=now    |
      | since=2026-11-01T00:00:00+01:00 |
      | since=2026-11-01T00:00:60Z      |
      | until=1      |
      | result=x     |
      | ip=10.0.0    |
      | request_id=  |
      | sort=id      |
      | cursor=abc   |
