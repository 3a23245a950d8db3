Feature: Changing the email

  A new email requires the password, so a stolen access token cannot take over the account. While the current email is
  verified, the new one stays pending until it is verified, and the owner of the current one receives a notice.

  Rule: The password is required

    Scenario: A stolen access token cannot change the email
      Given Ada has the verified email "ada@example.org"
      And Ada is logged in
      When Ada changes her email to "mallory@example.com" without a password
      Then the request is rejected with 422 validation_failed: required at "/current_password"
      And no email is sent
      When an anonymous client requests a password reset link for "mallory@example.com"
      Then no email is sent
      When Ada requests the current user
      Then the account has email "ada@example.org"
      And the account has email_verified true
      And the account has pending_email null

    Scenario: A wrong password
      Given Ada has the verified email "ada@example.org"
      And Ada is logged in
      When Ada changes her email to "ada@example.com" with password "certainly not the password"
      Then the request is rejected with 403 wrong_password
      And no email is sent
      And the audit log has 1 "user.email_change_requested" event for Ada

    Scenario: A wrong password counts as a failed login
      Given Ada is logged in
      When Ada changes her email to "ada@example.com" with a wrong password 5 times
      And Ada changes her email to "ada@example.com"
      Then the request is rejected with 429 too_many_attempts
      And the audit log has 1 "user.locked_out" event for Ada

    Scenario Outline: The password is required: <what>
      Given Ada has the verified email "ada@example.org"
      And Ada is logged in
      When Ada sends PATCH /api/v1/users/me with the body '<change>'
      Then the request is rejected with 422 validation_failed: required at "/current_password"

      Examples:
        | what                      | change                      |
        | Removing the address      | {"email":null}              |
        | The current address again | {"email":"ada@example.org"} |

    Scenario Outline: The password is ignored: <what>
      Given Ada is logged in
      When Ada sends PATCH /api/v1/users/me with the body '<change>'
      Then the response has an ETag
      And Ada is still logged in

      Examples:
        | what                    | change                                       |
        | other fields            | {"description":"new","current_password":"x"} |
        | no span of that request | {"current_password":"x"}                     |

  Rule: Without a verified email, the new one takes effect immediately

    Scenario: An unverified email is replaced
      Given Ada has the unverified email "ada@example.org"
      And Ada is logged in
      When Ada changes her email to "ada@example.com"
      Then the account has email "ada@example.com"
      And the account has email_verified false
      And the account has pending_email null
      And the audit log has 1 "user.email_changed" event for Ada
      And an email to "ada@example.com" contains a link to "/verify-email"

  Rule: An account without a password needs a recent login

    Background:
      Given Ada has the verified email "ada@example.org"
      And Ada has received a login link
      And Ada has no password yet
      And Ada has logged in with the link

    Scenario: After a recent login
      When Ada changes her email to "ada@example.com" without a password
      Then the account has pending_email "ada@example.com"

    Scenario: An older session is rejected even after a refresh
      When 9 minutes pass
      And Ada refreshes
      And 2 minutes pass
      And Ada changes her email to "ada@example.com" without a password
      Then the request is rejected with 401 insufficient_user_authentication
      And the response header WWW-Authenticate is 'Bearer error="insufficient_user_authentication", max_age="600"'
      And no email is sent

    Scenario: A password for an account without a password is rejected
      When Ada changes her email to "ada@example.com" with password "x"
      Then the request is rejected with 422 validation_failed: no_password at "/current_password"
      And the audit log has 0 "user.email_change_requested" events for Ada

    @proves:auth.stepUp.maxAge
    Scenario: The operator configures the maximum age of the login
      When 5 minutes pass
      And the operator sets auth.stepUp.maxAge to 4m
      And Ada changes her email to "ada@example.com" without a password
      Then the request is rejected with 401 insufficient_user_authentication
      And the response header WWW-Authenticate is 'Bearer error="insufficient_user_authentication", max_age="240"'
      When the operator sets auth.stepUp.maxAge to 6m
      And Ada changes her email to "ada@example.com" without a password
      Then the account has pending_email "ada@example.com"
