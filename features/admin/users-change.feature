Feature: Operators change accounts

  Background:
    Given Root is an administrator
    And Ada is logged in

  Scenario: The profile
    When Root writes "to compute" into the current_goal of Ada
    Then the account shows the current_goal "to compute"
    And the audit log has 1 "user.updated" event for Ada
    When Ada requests the current user
    Then the account shows the current_goal "to compute"

  Scenario: A new address
    When Root writes "ada@example.org" into the email of Ada
    Then the account shows the email "ada@example.org"
    And the audit log has 1 "user.email_changed" event for Ada

  Scenario: The current password is not a field of an administrator's change
    When Root tries to set "current_password" of the account of Ada
    Then the request is rejected with 422 validation_failed: unknown_field at "/current_password"

  Scenario: A stolen token of an administrator cannot take over the administrator's own account
    Given 11 minutes pass
    When Root writes "mallory@example.com" into the email of Root
    Then the request is rejected with 401 insufficient_user_authentication
    When Root tries to issue a token for Root with the key "once"
    Then the request is rejected with 401 insufficient_user_authentication
    When Root logs in
    And Root writes "root@example.org" into the email of Root
    Then the account shows the email "root@example.org"

  Scenario: Not what somebody else has changed meanwhile
    When Root tries to change the profile of Ada as the account was before
    Then the request is rejected with 412 precondition_failed
    When Root tries to delete Ada as the account was before
    Then the request is rejected with 412 precondition_failed

  Scenario Outline: Not the <field>
    When Root tries to set "<field>" of the account of Ada
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

  Scenario Outline: <act> of an account that nobody has
    When Root tries to <act> the account "<id>"
    Then the request is rejected with 404 not_found

    Examples:
      | act                   | id                                   |
      | look at               | 01900000-0000-7000-8000-00000000dead |
      | look at               | me                                   |
      | look at               | %00                                  |
      | change the profile of | 01900000-0000-7000-8000-00000000dead |
      | delete                | 01900000-0000-7000-8000-00000000dead |
      | restore               | 01900000-0000-7000-8000-00000000dead |
      | erase                 | 01900000-0000-7000-8000-00000000dead |
      | issue a token for     | 01900000-0000-7000-8000-00000000dead |
      | see the sessions of   | 01900000-0000-7000-8000-00000000dead |
      | end the sessions of   | 01900000-0000-7000-8000-00000000dead |
      | take all rights from  | 01900000-0000-7000-8000-00000000dead |

  Scenario: Sessions are seen and ended
    Given Ada logs in 2 times
    When Root tries to see the sessions of Ada
    Then there are 3 sessions, none of them the current one
    When Root tries to end the sessions of Ada
    Then the response is 204 No Content
    And the audit log has 3 "session.ended" events for Ada
    When Ada requests the current user
    Then the request is rejected with 401 invalid_token
