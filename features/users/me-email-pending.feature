Feature: Pending email changes

  While the current email is verified, it remains in use until the new one is verified, and its owner receives a notice.

  Background:
    Given Ada has the verified email "ada@example.org"
    And Ada is logged in

  Scenario: The new email is pending, and both addresses receive an email
    When Ada changes her email to "ada@example.com"
    Then the account has email "ada@example.org"
    And the account has email_verified true
    And the account has pending_email "ada@example.com"
    And the audit log has 1 "user.email_change_requested" event for Ada
    And the audit log has 0 "user.email_changed" events for Ada
    And a verification link is sent to "ada@example.com", and the notice "Request to change your email address" is sent to "ada@example.org"

  Scenario: Verifying the pending email completes the change
    Given Ada has requested an email change to "ada@example.com"
    When the link is used
    Then the response is 204 No Content
    And the audit log has 1 "user.email_changed" event for Ada
    And the audit log has 1 "user.email_verified" event for Ada
    And the notice "Your email address was changed" is sent to "ada@example.org"
    When Ada requests the current user
    Then the account has email "ada@example.com"
    And the account has email_verified true
    And the account has pending_email null
    When Ada logs in as "ada@example.org"
    Then the request is rejected with 401 invalid_credentials
    When Ada logs in as "ada@example.com"
    Then Ada receives tokens

  Scenario: A pending email is neither a login name nor used for password resets
    Given Ada has requested an email change to "ada@example.com"
    When Ada logs in as "ada@example.com"
    Then the request is rejected with 401 invalid_credentials
    When an anonymous client requests a password reset link for "ada@example.com"
    Then no email is sent
    Given "ada@example.com" has received a login link
    When the link is used
    Then a new account with email "ada@example.com" is logged in
    When the previous link is used
    Then the request is rejected with 409 email_taken
    When Ada logs in as "ada@example.org"
    Then Ada receives tokens

  Scenario: Setting the current email again cancels the change
    Given Ada has requested an email change to "ada@example.com"
    When Ada changes her email to "Ada@Example.org"
    Then the account has email "Ada@Example.org"
    And the account has email_verified true
    And the account has pending_email null
    And no email is sent
    When the link is used
    Then the request is rejected with 401 invalid_token

  Scenario: Another new email replaces the pending one
    Given Ada has requested an email change to "ada@example.com"
    When Ada changes her email to "ada@example.net"
    Then the account has pending_email "ada@example.net"
    And a verification link is sent to "ada@example.net", and the notice "Request to change your email address" is sent to "ada@example.org"
    When the previous link is used
    Then the request is rejected with 401 invalid_token
    When the link is used
    Then the response is 204 No Content

  Scenario: Setting the pending email again sends another link
    Given Ada has requested an email change to "ada@example.com"
    When Ada changes her email to "ada@example.com"
    Then an email to "ada@example.com" contains a link to "/verify-email"
    When the previous link is used
    Then the request is rejected with 401 invalid_token
    When the link is used
    Then the response is 204 No Content

  Scenario: Requesting another link for the pending email
    Given Ada has requested an email change to "ada@example.com"
    When Ada requests an email verification link
    Then an email to "ada@example.com" contains a link to "/verify-email"

  Scenario: Removing the email removes the pending one
    Given Ada has requested an email change to "ada@example.com"
    When Ada changes her email to null
    Then the account has email null
    And the account has email_verified false
    And the account has pending_email null
    And the notice "Your email address was changed" is sent to "ada@example.org"
    When the link is used
    Then the request is rejected with 401 invalid_token

  Scenario: Another account verifies the pending email first
    Given Ada has requested an email change to "ada@example.com"
    And Grace has the verified email "ADA@example.com"
    When the link is used
    Then the request is rejected with 409 email_taken
    When Ada requests the current user
    Then the account has email "ada@example.org"
    And the account has email_verified true

  Scenario: A link for the old email is rejected after the change
    Given Ada has received a password reset link
    And Ada has requested an email change to "ada@example.com"
    When the link is used
    And the previous link is used
    Then the request is rejected with 401 invalid_token

  Scenario: Changing the password cancels a pending change
    Given Ada has requested an email change to "ada@example.com"
    When Ada sets the password to "seven lanterns over the bay"
    And Ada requests the current user
    Then the account has pending_email null
    When the link is used
    Then the request is rejected with 401 invalid_token

  Scenario: A password reset cancels a pending change
    Given Ada has requested an email change to "ada@example.com"
    And Ada has received a password reset link
    When the link is used with new password "seven lanterns over the bay"
    Then the response is 204 No Content
    When the previous link is used
    Then the request is rejected with 401 invalid_token
    When Ada logs in with password "seven lanterns over the bay"
    And Ada requests the current user
    Then the account has email "ada@example.org"
    And the account has email_verified true
    And the account has pending_email null

  Scenario: A change by an administrator cancels a pending one
    Given Root is an administrator
    And Ada has requested an email change to "ada@example.com"
    When Root sets the email of Ada to "ada@example.net"
    Then the response has email "ada@example.net"
    And a verification link is sent to "ada@example.net", and the notice "Your email address was changed" is sent to "ada@example.org"
    When the previous link is used
    Then the request is rejected with 401 invalid_token

  Scenario: The export contains the pending email
    Given Ada has requested an email change to "ada@example.com"
    When Ada requests the data export
    Then the export contains:
      | pending_email | ada@example.com |
