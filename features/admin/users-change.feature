Feature: Changing accounts

  Background:
    Given Root is an administrator
    And Ada is logged in

  Scenario: The profile
    When Root sets the current_goal of Ada to "to compute"
    Then the response has current_goal "to compute"
    And the audit log has 1 "user.updated" event for Ada
    When Ada requests the current user
    Then the response has current_goal "to compute"

  Scenario: Another email address
    When Root sets the email of Ada to "ada@example.org"
    Then the response has email "ada@example.org"
    And the audit log has 1 "user.email_changed" event for Ada

  Scenario: The current password is not part of a change by an administrator
    When Root sets the current_password of Ada to "mine"
    Then the request is rejected with 422 validation_failed: unknown_field at "/current_password"

  Scenario: A stolen token of an administrator cannot take over the administrator's own account
    When Root sets the email of Root to "mallory@example.com"
    Then the request is rejected with 403 forbidden
    And the response has detail "Change your own email address with PATCH /api/v1/users/me."
    When Root tries to issue a reset token for Root with idempotency key "once"
    Then the request is rejected with 403 forbidden
    And the response has detail "Change your own password with PUT /api/v1/users/me/password."
    When Root sets the description of Root to "keeps the keys"
    Then the response has description "keeps the keys"

  Scenario: Administrators can send their own current email address unchanged
    Given Root has the verified email "root@example.org"
    When Root sets the email of Root to "root@example.org"
    Then the response has email "root@example.org"
    And the response has email_verified true

  Scenario Outline: Administrators can <action> their own account after a recent login only
    Given Grace is an administrator
    When 11 minutes pass
    And Root tries to <action> Root
    Then the request is rejected with 401 insufficient_user_authentication
    When Root logs in
    And Root tries to <action> Root
    Then the response is 204 No Content

    Examples:
      | action |
      | delete |
      | erase  |

  Scenario: The account was changed in the meantime
    When Root tries to change the profile of Ada with If-Match '"0"'
    Then the request is rejected with 412 precondition_failed
    When Root tries to delete Ada with If-Match '"0"'
    Then the request is rejected with 412 precondition_failed

  Scenario Outline: The field <field> cannot be set
    When Root sets the <field> of Ada to "mine"
    Then the request is rejected with 422 validation_failed: unknown_field at "/<field>"

    Examples:
      | field          |
      | id             |
      | username       |
      | password       |
      | password_hash  |
      | passwordHash   |
      | email_verified |
      | emailVerified  |
      | roles          |
      | version        |
      | created_at     |
      | createdAt      |
      | updated_at     |
      | updatedAt      |
      | last_login_at  |
      | lastLoginAt    |
      | deleted_at     |
      | deletedAt      |
      | blockedReason  |
      | blockedUntil   |
      | currentGoal    |

  Scenario Outline: <action> of an unknown account
    When Root tries to <action> the account "<id>"
    Then the request is rejected with 404 not_found

    Examples:
      | action                     | id                                   |
      | view                       | 01900000-0000-7000-8000-00000000dead |
      | view                       | me                                   |
      | view                       | %00                                  |
      | change the profile of      | 01900000-0000-7000-8000-00000000dead |
      | delete                     | 01900000-0000-7000-8000-00000000dead |
      | restore                    | 01900000-0000-7000-8000-00000000dead |
      | erase                      | 01900000-0000-7000-8000-00000000dead |
      | issue a reset token for    | 01900000-0000-7000-8000-00000000dead |
      | list the sessions of       | 01900000-0000-7000-8000-00000000dead |
      | end the sessions of        | 01900000-0000-7000-8000-00000000dead |
      | remove the admin role from | 01900000-0000-7000-8000-00000000dead |

  Scenario: Listing and ending sessions
    When Ada logs in 2 times
    And Root lists the sessions of Ada
    Then 3 sessions are listed, none of them the current one
    When Root ends the sessions of Ada
    Then the response is 204 No Content
    And the audit log has 3 "session.ended" events for Ada
    When Ada requests the current user
    Then the request is rejected with 401 invalid_token
